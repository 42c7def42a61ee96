import { openModel, scoreBlocks, type BlockScores, type Model } from '../../dist/index.js';
import { sampleModelPath } from '../../scripts/sample-models.mjs';
import { largestDifference } from '../fixtures/largestDifference.js';
import { referenceWindows } from '../fixtures/reference.js';
import { findFreePort, startRpcServer, type RpcServer } from '../fixtures/rpcServers.js';
import { writeTemp } from '../fixtures/writeTemp.js';

const source = sampleModelPath('smollm2');
const windows = writeTemp(
  Buffer.from(JSON.stringify(referenceWindows.map((window) => [...window.slice(0, 64)]))),
  'windows.json',
);

describe('Spread over two servers, SmolLM2', () => {
  let servers: readonly RpcServer[];
  let here: BlockScores;
  let spread: Model;
  beforeAll(async () => {
    servers = [await startRpcServer(), await startRpcServer()];
    {
      await using model = await openModel(source, { gpu: 'off', exact: true });
      here = await scoreBlocks(model, { calibration: windows });
    }
    const rpc = servers.map(({ address }) => address);
    spread = await openModel(source, { gpu: 'off', rpc, exact: true });
  });
  afterAll(async () => {
    await spread.close();
    for (const server of servers) await server.stop();
  });

  it('runs on both of them', () => {
    expect(spread.backend).toBe('rpc');
    expect(spread.facts.device).toBe(servers.map(({ address }) => address).join(' + '));
  });

  it('has the scores that it has on this machine', async () => {
    const scores = await scoreBlocks(spread, { calibration: windows });
    expect(largestDifference(scores.blockInfluence, here.blockInfluence)).toBeLessThan(1e-6);
    expect(largestDifference(scores.relativeMagnitude, here.relativeMagnitude)).toBeLessThan(1e-6);
  });

  it('loses as much without blocks of either server as it does on this machine', async () => {
    const tokens = referenceWindows[0]!.slice(0, 64);
    await using model = await openModel(source, { gpu: 'off', exact: true });
    for (const bypass of [[2], [28], [14, 15]]) {
      const apart = await spread.runWindow({ tokens, losses: true, bypass });
      const together = await model.runWindow({ tokens, losses: true, bypass });
      expect(largestDifference([...apart.losses], [...together.losses])).toBeLessThan(1e-4);
    }
  });
});

describe('A server that is not there', () => {
  it('is named, with how one is started', async () => {
    const address = `127.0.0.1:${await findFreePort()}`;
    const opening = openModel(source, { rpc: [address] });
    await expect(opening).rejects.toThrow(
      `No server answers at ${address} (ECONNREFUSED). Start llama.cpp's rpc-server`,
    );
    await expect(opening).rejects.toMatchObject({ code: 'BACKEND' });
  });

  it.each(['here', 'here:', 'here:0', 'here:70000', 'a b:1', ''])(
    'is refused by a name like %j',
    async (rpc) => {
      await expect(openModel(source, { rpc: [rpc] })).rejects.toMatchObject({ code: 'USAGE' });
    },
  );
});
