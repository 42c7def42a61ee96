#!/usr/bin/env node
// eslint-disable-next-line no-restricted-imports -- the version is told without loading all else
import { toolVersion } from '../version.js';

const args = process.argv.slice(2);
if (args.length === 1 && (args[0] === '--version' || args[0] === '-v')) {
  process.stdout.write(`${toolVersion}\n`);
} else {
  const { main } = await import('./main.js');
  await main(args);
}
