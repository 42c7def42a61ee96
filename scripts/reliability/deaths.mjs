// The native process dies in the middle of its work: the caller is told of what, and goes on.
import { openModel } from '../../dist/index.js';

const deaths = {
  'an assertion': 'SIGABRT',
  'a segmentation fault': 'SIGSEGV',
  'a kill for want of memory': 'SIGKILL',
};

export async function killProcesses(model) {
  const tokens = Int32Array.from({ length: 512 }, (_, i) => 3 + ((i * 37) % 500));
  const told = {};
  const faults = [];
  for (const [name, signal] of Object.entries(deaths)) {
    const dying = await openModel(model, { gpu: 'off' });
    const running = dying.runWindow({ tokens, losses: true }).then(
      () => undefined,
      (error) => error,
    );
    process.kill(dying.pid, signal);
    const error = await running;
    told[name] = `${error?.code}: ${error?.message.split('\n')[0]}`;
    if (error?.code !== 'NATIVE_CRASHED' || !error.message.includes(signal))
      faults.push(`${name}: ${told[name]}`);
    await dying.close();
    const next = await openModel(model, { gpu: 'off' });
    const { losses } = await next.runWindow({ tokens: tokens.subarray(0, 16), losses: true });
    if (!losses.every(Number.isFinite)) faults.push(`${name}: the next model gives no losses`);
    await next.close();
  }
  return { told, faults };
}
