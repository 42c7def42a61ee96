/** Entry of the process that opens a file in llama.cpp as node-llama-cpp ships it: no patch, no addon of ours. */
import { getLlama, LlamaLogLevel, type Token } from 'node-llama-cpp';
import type { StockAnswer, StockQuestion } from './stockProtocol.js';

async function answer({ path, tokens, places, threads }: StockQuestion): Promise<StockAnswer> {
  const words: string[] = [];
  try {
    const llama = await getLlama({
      gpu: false,
      maxThreads: threads,
      build: 'never',
      progressLogs: false,
      logger: (level, message) => {
        if (level === LlamaLogLevel.error || level === LlamaLogLevel.fatal) words.push(message.trim());
      },
    });
    const model = await llama.loadModel({ modelPath: path });
    const context = await model.createContext({
      contextSize: tokens.length + 8,
      batchSize: tokens.length,
      threads,
    });
    const asked = new Set(places);
    // an output of every token: where only some are asked for, llama.cpp's cogvlm graph answers with those of other tokens
    const output = await context
      .getSequence()
      .controlledEvaluate(
        tokens.map((token, i) => [
          token as Token,
          { generateNext: { token: true, probabilities: asked.has(i + 1) } },
        ]),
      );
    const losses = places.map((place) => {
      const probability = output[place - 1]?.next.probabilities?.get(tokens[place] as Token);
      return -Math.log(probability ?? NaN);
    });
    return { losses };
  } catch (error) {
    return { error: [error instanceof Error ? error.message : String(error), ...words].join('\n') };
  }
}

process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit());
process.once('message', (question: StockQuestion) => {
  void answer(question).then((result) => process.send?.(result, () => process.exit()));
});
