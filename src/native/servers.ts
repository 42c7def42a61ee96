/** Other machines whose devices take a share of the blocks: llama.cpp's `rpc-server` runs there. */
import { connect } from 'node:net';
import { PruneError } from '../errors.js';
import { escapeUnsafe } from '../gguf/index.js';

/** How long a server may take to answer, in milliseconds. */
const patience = 5000;

/**
 * Makes sure that something answers at each address: ggml would end the process where nothing does.
 * @throws PruneError USAGE for what is no address; BACKEND naming the server that does not answer
 */
export async function checkServers(addresses: readonly string[]): Promise<void> {
  for (const address of addresses) {
    const { host, port } = parseAddress(address);
    await reach(host, port).catch((cause: unknown) => {
      throw new PruneError(
        'BACKEND',
        `No server answers at ${address} (${describe(cause)}). Start llama.cpp's rpc-server there, of the same version: ` +
          `rpc-server -H 0.0.0.0 -p ${port}`,
        { cause },
      );
    });
  }
}

function parseAddress(address: string): { readonly host: string; readonly port: number } {
  const match = /^([\w.-]+):(\d{1,5})$/.exec(address);
  const port = Number(match?.[2]);
  if (match?.[1] === undefined || !(port >= 1 && port <= 65_535)) {
    throw new PruneError(
      'USAGE',
      `--rpc takes addresses such as 192.168.0.7:50052, with commas between; not "${escapeUnsafe(address)}".`,
    );
  }
  return { host: match[1], port };
}

function reach(host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, timeout: patience });
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
    socket.once('timeout', () => socket.destroy(new Error(`nothing for ${patience / 1000} seconds`)));
    socket.once('error', reject);
  });
}

function describe(cause: unknown): string {
  const { code, message } = cause as NodeJS.ErrnoException;
  return code ?? message;
}
