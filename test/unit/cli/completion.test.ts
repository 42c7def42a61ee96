import { readdirSync } from 'node:fs';
import path from 'node:path';
import { nameCompleted } from '../../../src/cli/completion.js';
import { commandNames } from '../../../src/cli/options/index.js';

it('Every command is known by its name', () => {
  const files = readdirSync(path.resolve('src/cli/commands')).map((file) => path.basename(file, '.ts'));
  expect([...commandNames].sort()).toEqual([...files, 'completion'].sort());
});

describe('What a shell completes', () => {
  const ask = (...words: readonly string[]) => ['--get-yargs-completions', 'prune-gguf', ...words];

  it.each([
    [ask('model.gguf', '--bl'), ask('prune', 'model.gguf', '--bl')],
    [ask('--bl'), ask('prune', '--bl')],
    [ask('score', '--win'), ask('score', '--win')],
    [ask('sc'), ask('sc')],
    [ask(), ask()],
    [
      ['model.gguf', '--bl'],
      ['model.gguf', '--bl'],
    ],
  ])('is that of the command a line stands for (%j)', (args, completed) => {
    expect(nameCompleted(args)).toEqual(completed);
  });
});
