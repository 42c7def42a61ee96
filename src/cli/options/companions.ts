import type { Options } from 'yargs';

/** An option that may be given several times, each time with one file. */
const files = {
  requiresArg: true,
  type: 'string',
  array: true,
  group: 'Companions:',
} as const satisfies Options;

/** Files that go with the model. */
export const companionOptions = {
  imatrix: { ...files, describe: 'Importance matrix (GGUF) to prune beside the model; may be repeated' },
  lora: { ...files, describe: 'LoRA adapter (GGUF) to prune beside the model; may be repeated' },
  'control-vector': {
    ...files,
    describe: 'Control vector (GGUF) to prune beside the model; may be repeated',
  },
} as const satisfies Record<string, Options>;
