import { refuseEmpty } from '../../../src/cli/emptyValues.js';

describe('What a script left empty', () => {
  it.each([
    [['model.gguf', '--blocks='], 'Nothing stands after --blocks=. See prune-gguf --help.'],
    [
      ['model.gguf', '--train-stream', ''],
      'The argument after --train-stream is empty. See prune-gguf --help.',
    ],
    [['model.gguf', '-o='], 'Nothing stands after -o=. See prune-gguf --help.'],
    [['model.gguf', '--blocks= '], 'Nothing stands after --blocks=. See prune-gguf --help.'],
    [['model.gguf', '--blocks', ' '], 'The argument after --blocks is empty. See prune-gguf --help.'],
    [['', '--blocks', '3'], 'The first argument is empty. See prune-gguf --help.'],
    [['report', 'a.json', ''], 'The argument after a.json is empty. See prune-gguf --help.'],
  ])('is refused (%j)', (args, message) => {
    expect(() => {
      refuseEmpty(args);
    }).toThrow(message);
  });

  it.each([
    [['--get-yargs-completions', 'prune-gguf', '']],
    [['model.gguf', '--json', '--blocks', '3']],
    [['model.gguf', '--data', 'arc-e=questions.jsonl', '--heal-text=a=b']],
  ])('is not what is there, or is being typed (%j)', (args) => {
    expect(() => {
      refuseEmpty(args);
    }).not.toThrow();
  });
});
