import { cutText, measureLoss } from '../../dist/index.js';

const windows = 12;

/** Windows of 512 tokens, evenly spread over a text. */
export async function spreadWindows(model, { name, text }, count) {
  const { bos, addBos } = model.facts;
  const cut = cutText(await model.tokenize(text), name, {
    context: 512,
    bos: addBos && bos !== null ? bos : undefined,
  });
  return Array.from({ length: count }, (_, i) => cut[Math.floor((i * cut.length) / count)]);
}

/** Adds to each choice its loss on each text, and its perplexity as a multiple of the whole model's. */
export async function measureHeldOut(model, found, texts, known) {
  const results = found.map((one) => ({ ...one, ratios: {}, losses: {} }));
  for (const { name, text } of texts) {
    const spread = await spreadWindows(model, { name, text }, windows);
    const lose = async (bypass) => {
      const id = `${name} ${windows} ${bypass.join(',')}`;
      if (known.get(id) === undefined) known.add(id, (await measureLoss(model, spread, { bypass })).loss);
      return known.get(id);
    };
    const whole = await lose([]);
    for (const result of results) {
      result.losses[name] = await lose(result.dropped);
      result.ratios[name] = Math.exp(result.losses[name] - whole);
    }
  }
  return results;
}
