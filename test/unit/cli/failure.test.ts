import yargs from 'yargs';
import { describeFailure, explainUsage } from '../../../src/cli/failure.js';
import { optionNames, pruneOptions } from '../../../src/cli/options/index.js';
import { PruneError } from '../../../src/errors.js';

const ERROR = new PruneError('USAGE', 'The ratio must be less than 1. See the help.');

describe('A failure', () => {
  it('is one line: the name of the tool and the message, which goes on in lower case', () => {
    expect(describeFailure(ERROR, false)).toBe('prune-gguf: the ratio must be less than 1. See the help.');
  });

  it('that was not foreseen says so', () => {
    const advice = ' (This is unexpected: --debug shows where it came from.)';
    expect(describeFailure(new TypeError('Oh no'), false)).toBe(`prune-gguf: oh no${advice}`);
    expect(describeFailure('Oh no', false)).toBe(`prune-gguf: oh no${advice}`);
    expect(describeFailure(undefined, false)).toBe(`prune-gguf: undefined${advice}`);
    expect(describeFailure(null, true)).toBe(`prune-gguf: null${advice}`);
  });

  it('shows where it came from with --debug alone', () => {
    const shown = describeFailure(ERROR, true);
    expect(shown).toContain('The ratio must be less than 1.');
    expect(shown).toMatch(/\n +at .*failure\.test\.ts/);
    expect(describeFailure(ERROR, false)).not.toContain('failure.test');
    expect(describeFailure('Oh no', true)).toMatch(/^prune-gguf: oh no/);
  });

  it('may begin with anything', () => {
    expect(describeFailure(new PruneError('USAGE', '--blocks must be a number.'), false)).toBe(
      'prune-gguf: --blocks must be a number.',
    );
    expect(describeFailure(new PruneError('USAGE', ''), false)).toBe('prune-gguf: ');
  });

  it('leaves the name of a file as it is', () => {
    const error = new PruneError('NOT_A_MODEL', 'SmolLM2.gguf holds a LoRA adapter, not a language model.');
    expect(describeFailure(error, false)).toContain('SmolLM2.gguf');
  });
});

/** What yargs finds wrong with arguments. */
async function complaint(args: readonly string[]): Promise<string> {
  let found = '';
  await yargs(args)
    .command('$0 <model>', 'the main command', (own) =>
      own.positional('model', { type: 'string' }).options(pruneOptions),
    )
    .strict()
    .exitProcess(false)
    .showHelpOnFail(false)
    .fail((message: string) => {
      found = message;
    })
    .parseAsync();
  return found;
}

/** The message for arguments, from what yargs says of them. */
async function explain(args: readonly string[]): Promise<string> {
  const error = explainUsage(await complaint(args), args);
  expect(error).toMatchObject({ name: 'PruneError', code: 'USAGE' });
  return error.message;
}

describe('An unknown option', () => {
  it.each([
    ['--blocs', '--blocks'],
    ['--block', '--blocks'],
    ['--dryrun', '--dry-run'],
    ['--overwirte', '--overwrite'],
    ['--raito', '--ratio'],
    ['--gpulayers', '--gpu-layers'],
    ['--hlep', '--help'],
  ])('%s makes it ask for %s', async (typed, meant) => {
    const expected = `Unknown option ${typed}. Did you mean ${meant}? See prune-gguf --help.`;
    expect(await explain(['model.gguf', typed])).toBe(expected);
    expect(await explain([`${typed}=3`, 'model.gguf'])).toBe(expected);
  });

  it('that is like no other gets no suggestion', async () => {
    expect(await explain(['model.gguf', '--temperature', '1'])).toBe(
      'Unknown option --temperature. See prune-gguf --help.',
    );
  });

  it('is found among several', async () => {
    expect(await explain(['model.gguf', '--zzzzzz', '--raito', '1'])).toBe(
      'Unknown option --zzzzzz. See prune-gguf --help.',
    );
  });

  it('is never one that exists', () => {
    expect(optionNames).toEqual(
      expect.arrayContaining(['blocks', 'help', 'version', 'debug', 'json', 'gpu']),
    );
    expect(new Set(optionNames).size).toBe(optionNames.length);
  });
});

describe('A mistyped command', () => {
  it.each([
    ['scroe', 'score'],
    ['inpsect', 'inspect'],
    ['prun', 'prune'],
  ])('%s makes it ask for %s', async (typed, meant) => {
    expect(await explain([typed, 'model.gguf'])).toBe(
      `There is no command ${typed}. Did you mean prune-gguf ${meant}?`,
    );
  });

  it('is not taken for one when it is a model', async () => {
    expect(await explain(['model.gguf', 'other.gguf'])).toBe(
      'Unknown argument: other.gguf. See prune-gguf --help.',
    );
  });
});

describe('Other wrong arguments', () => {
  it('are told in the words of yargs, as a sentence', async () => {
    expect(explainUsage('Not enough arguments', []).message).toBe(
      'Not enough arguments. See prune-gguf --help.',
    );
    expect(explainUsage('Why?', []).message).toBe('Why? See prune-gguf --help.');
    expect(explainUsage('Not enough non-option arguments: got 0, need at least 1', []).message).toBe(
      'No model is named. See prune-gguf --help.',
    );
    expect(await explain([])).toBe('No model is named. See prune-gguf --help.');
  });
});
