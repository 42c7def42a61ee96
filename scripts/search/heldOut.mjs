import { cutText, measureLoss } from '../../dist/index.js';

const windows = 12;

/** Adds to each choice its perplexity on each text, as a multiple of the whole model's. */
export async function measureHeldOut(model, found, texts) {
  const { bos, addBos } = model.facts;
  const results = found.map((one) => ({ ...one, ratios: {} }));
  for (const { name, text } of texts) {
    const cut = cutText(await model.tokenize(text), name, {
      context: 512,
      bos: addBos && bos !== null ? bos : undefined,
    });
    const spread = Array.from({ length: windows }, (_, i) => cut[Math.floor((i * cut.length) / windows)]);
    const whole = await measureLoss(model, spread);
    for (const result of results) {
      const { loss } = await measureLoss(model, spread, { bypass: result.dropped });
      result.ratios[name] = Math.exp(loss - whole.loss);
    }
  }
  return results;
}
