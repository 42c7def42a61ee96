import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** What was measured, by part and model, in a JSON file that is written after each part. */
export function openFigures(file, fresh) {
  const figures = !fresh && existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  return {
    read: () => figures,
    async measure(part, model, settings, run) {
      const before = figures[part]?.[model]?.settings;
      if (JSON.stringify(before) === JSON.stringify(settings)) {
        console.error(`${part}, ${model}: measured before (--fresh measures anew)`);
        return;
      }
      const started = performance.now();
      console.error(`${part}, ${model} ...`);
      (figures[part] ??= {})[model] = {
        settings,
        machine: `${os.cpus()[0]?.model.trim()}, ${os.availableParallelism()} cores`,
        ...(await run()),
      };
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, `${JSON.stringify(figures, undefined, 1)}\n`);
      console.error(`  ${((performance.now() - started) / 60_000).toFixed(1)} minutes`);
    },
  };
}
