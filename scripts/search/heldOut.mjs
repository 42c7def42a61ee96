import { cutText, measureLoss } from '../../dist/index.js';

const windows = 12;

/** Adds to each choice its loss on each text, and its perplexity as a multiple of the whole model's. */
export async function measureHeldOut(model, found, texts, known) {
  const { bos, addBos } = model.facts;
  const results = found.map((one) => ({ ...one, ratios: {}, losses: {} }));
  for (const { name, text } of texts) {
    const cut = cutText(await model.tokenize(text), name, {
      context: 512,
      bos: addBos && bos !== null ? bos : undefined,
    });
    const spread = Array.from({ length: windows }, (_, i) => cut[Math.floor((i * cut.length) / windows)]);
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
