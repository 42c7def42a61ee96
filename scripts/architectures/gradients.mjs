// Whether the gradients of a model's loss are the differences of its losses.
import { drawAdapter } from '../../dist/heal/index.js';
import { noDrop } from '../../dist/model/index.js';
import { listTrainedNorms } from '../../dist/run/heal/trainedTensors.js';

/** A step that changes nothing and keeps nothing of earlier ones: afterwards the gradient is what it remembers. */
const still = {
  beta1: 0,
  beta2: 0,
  epsilon: 1,
  decay: 0,
  clip: 0,
  divisor: 1,
  number: 1,
  rate: 0,
};

const rank = 4;

/** Lets a model train adapters that are not at their beginning, so that both of their matrices have gradients. */
export async function beginTraining(model) {
  const pattern = /^blk\.(\d+)\.(?:attn_(?:q|k|v|qkv|output)|ffn_(?:gate|up|down))\.weight$/;
  const matrices = model.header.tensors.flatMap(({ name, dimensions: [inputs, outputs, ...more] }) => {
    const block = Number(pattern.exec(name)?.[1]);
    return block < model.description.trunk && more.every((size) => size === 1)
      ? [{ name, block, inputs, outputs }]
      : [];
  });
  const wholes = listTrainedNorms(model, noDrop).map((norm) => ({ ...norm, pace: 1 }));
  await model.beginTraining({ rank, alpha: 2 * rank, matrices: drawAdapter(matrices, rank, 1), wholes });
  const state = await model.readTrained();
  const values = state.values.map((list, i) =>
    state.names[i].endsWith('.lora_b') ? list.map((_, j) => 0.02 * Math.sin(7 * i + j)) : list,
  );
  return { ...state, values };
}

/** The gradient of a window's loss, by tensors, with what is trained as a state has it; and the loss. */
export async function readGradient(model, state, request) {
  const { hard = 0, stream = 0 } = request;
  await model.writeTrained(state);
  const { divergence, crossEntropy, stream: distance, refusal } = await model.trainWindow(request);
  await model.stepTraining(still);
  const { means } = await model.readTrained();
  return { loss: (1 - hard) * divergence + hard * crossEntropy + stream * distance, means, refusal };
}

/**
 * The length of the gradient of some tensors, and how the loss changes along it.
 * @param isMoved which of the tensors, by their names
 * @param change by how much the loss is to change between the places that are compared, in nats: so little that it
 *   does so in a line
 * @returns why there is no gradient, where that is so
 */
export async function compareGradient(model, state, request, isMoved, change = 0.05) {
  const readAt = (values) => readGradient(model, { ...state, values }, request);
  const { means, refusal } = await readAt(state.values);
  if (refusal !== '') return { refusal };
  const direction = means.map((list, i) => (isMoved(state.names[i]) ? list : list.map(() => 0)));
  const square = direction.reduce((sum, list) => list.reduce((inner, value) => inner + value ** 2, sum), 0);
  const length = Math.sqrt(square);
  const distance = change / length;
  const lossAt = async (step) => {
    const { loss } = await readAt(
      state.values.map((list, i) => list.map((value, j) => value + (step * direction[i][j]) / length)),
    );
    return loss;
  };
  const difference = ((await lossAt(distance / 2)) - (await lossAt(-distance / 2))) / distance;
  return { refusal, length, difference };
}
