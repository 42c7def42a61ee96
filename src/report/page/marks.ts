/** By which a page of this tool is known. */
export const generatorName = 'prune-gguf';

/** Where in a page its reports are. */
export const dataId = 'prune-gguf-reports';
