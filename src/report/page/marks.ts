/** By which a page of this tool is known. */
export const generatorName = 'prune-gguf';

/** Where in a page its reports are. */
export const dataId = 'prune-gguf-reports';

/** A saved report or a page larger than this, in bytes, is none. */
export const longestReport = 64 * 1024 * 1024;
