// The native tests with an addon, and llama.cpp in it, that AddressSanitizer and UndefinedBehaviorSanitizer watch. Linux.
//   npm run test:sanitize                 all of test/native/
//   npm run test:sanitize -- bypass       those whose name has this
import { execFileSync, spawnSync } from 'node:child_process';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const run = (command, args, env = {}) => {
  const { status } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  if (status !== 0) process.exit(status ?? 1);
};

run('npm', ['run', '--silent', 'build']);
run('npm', ['run', '--silent', 'sample-models']);
run(process.execPath, [path.join('scripts', 'build-native.mjs'), '--sanitize']);

// the libraries have to be in the process before Node is
const find = (name) =>
  execFileSync(process.env.CC ?? 'cc', [`-print-file-name=${name}`], { encoding: 'utf8' }).trim();
const pattern = process.argv[2] === undefined ? 'test/native' : `test/native/.*${process.argv[2]}`;
run('npm', ['run', '--silent', 'jest', '--', '--selectProjects', 'native', '--testPathPatterns', pattern], {
  LD_PRELOAD: [find('libasan.so'), find('libubsan.so')].join(' '),
  // Node itself gives much back at its end alone
  ASAN_OPTIONS: 'detect_leaks=0:abort_on_error=1',
  UBSAN_OPTIONS: 'print_stacktrace=1:halt_on_error=1',
  PRUNE_GGUF_ADDON: path.join(root, 'build', 'sanitize', 'Release', 'prune_gguf.node'),
});
