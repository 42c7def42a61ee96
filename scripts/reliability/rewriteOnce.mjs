// Rewrites a file without some blocks: rewriteOnce.mjs SOURCE TARGET [overwrite]. Ends with 1 and the code of the error.
import { writePruned } from '../../dist/index.js';

const [source, target, overwrite] = process.argv.slice(2);
process.send?.('begin');
try {
  await writePruned(source, [1, 2], target, {
    overwrite: overwrite === 'overwrite',
    onProgress: (written, total) => process.send?.({ written, total }),
  });
} catch (error) {
  console.error(error.code ?? error);
  process.exitCode = 1;
}
process.disconnect?.();
