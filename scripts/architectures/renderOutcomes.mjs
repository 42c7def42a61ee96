// What became of the models of all architectures, in a table.
/** @param rows what, and the names of the models */
export function renderOutcomes(rows) {
  return [
    '| outcome | models | which |',
    '| --- | ---: | --- |',
    ...rows.map(([title, names]) => `| ${title} | ${names.length} | ${names.join(', ')} |`),
  ].join('\n');
}

/** Why the blocks of an architecture cannot be dropped, without the model's name. */
export const shortenRefusal = (reason) =>
  reason.replace(/^\S+\.gguf is of the architecture "[^"]+", whose/, 'an architecture whose');
