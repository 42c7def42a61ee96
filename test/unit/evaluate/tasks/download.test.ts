import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { readTask, type DownloadProgress } from '../../../../src/evaluate/tasks/index.js';
import { download } from '../../../../src/evaluate/tasks/locate/download.js';
import { buildParquet } from '../../../fixtures/buildParquet.js';
import { makeFolder } from '../../../fixtures/makeFolder.js';
import { jsonl } from '../../../fixtures/taskFolder.js';

let server: Server | undefined;
const environment = { ...process.env };

/** Starts a server that answers so, and returns its address. */
async function serve(answer: RequestListener): Promise<string> {
  const started = createServer(answer);
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(started.address() as AddressInfo).port}`;
}

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
  process.env = { ...environment };
});

describe('A download', () => {
  it('is kept under its name, tells its progress and is not fetched again', async () => {
    let requests = 0;
    const url = await serve((_, response) => {
      requests++;
      response.setHeader('content-length', 5);
      response.end('hello');
    });
    const file = join(makeFolder(), 'a', 'b.txt');
    const progress: DownloadProgress[] = [];
    await download(`${url}/x`, file, { onProgress: (told) => progress.push(told) });
    await download(`${url}/x`, file);
    expect(readFileSync(file, 'utf8')).toBe('hello');
    expect(readdirSync(join(file, '..'))).toEqual(['b.txt']);
    expect(progress.at(-1)).toEqual({ url: `${url}/x`, bytes: 5, totalBytes: 5 });
    expect(requests).toBe(1);
  });

  it('sends HF_TOKEN if there is one', async () => {
    const tokens: unknown[] = [];
    const url = await serve((request, response) => {
      tokens.push(request.headers.authorization);
      response.end('x');
    });
    const folder = makeFolder();
    process.env['HF_TOKEN'] = 'hf_secret';
    await download(url, join(folder, 'a'));
    delete process.env['HF_TOKEN'];
    await download(url, join(folder, 'b'));
    expect(tokens).toEqual(['Bearer hf_secret', undefined]);
  });

  it.each([
    [401, /the server answered 401 Unauthorized\. It may be private or gated: set HF_TOKEN/],
    [404, /the server answered 404 Not Found\. There is no such file there/],
    [500, /the server answered 500 Internal Server Error\. Try again later, or bring the file/],
  ])('that the server answers with %d is an error and leaves nothing', async (status, message) => {
    const url = await serve((_, response) => {
      response.statusCode = status;
      response.end('page');
    });
    const folder = makeFolder();
    await expect(download(`${url}/f`, join(folder, 'f'))).rejects.toMatchObject({
      code: 'DATA',
      message: expect.stringMatching(message) as string,
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each<[string, RequestListener]>([
    ['before it begins', () => undefined],
    ['in its middle', (_, response) => void response.write('some')],
  ])('that nothing comes of %s is given up', async (_, answer) => {
    const url = await serve(answer);
    const folder = makeFolder();
    await expect(download(`${url}/f`, join(folder, 'f'), { timeout: 100 })).rejects.toMatchObject({
      code: 'DATA',
      message: `${url}/f gave no answer for 0.1 s. Try again later.`,
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('that breaks off is an error and leaves nothing', async () => {
    const url = await serve((_, response) => {
      response.setHeader('content-length', 100);
      response.write('some', () => response.destroy());
    });
    const folder = makeFolder();
    await expect(download(url, join(folder, 'f'))).rejects.toMatchObject({
      code: 'DATA',
      message: expect.stringContaining(`${url} could not be downloaded: `) as string,
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('from where nothing listens is an error that says so', async () => {
    const url = await serve(() => undefined);
    server?.close();
    await expect(download(url, join(makeFolder(), 'f'))).rejects.toMatchObject({
      code: 'DATA',
      message: expect.stringMatching(/could not be downloaded: .*ECONNREFUSED/) as string,
    });
  });

  it('can be cancelled', async () => {
    const url = await serve((_, response) => void response.write('some'));
    const cancel = new AbortController();
    const folder = makeFolder();
    const onProgress = () => {
      cancel.abort();
    };
    await expect(
      download(url, join(folder, 'f'), { signal: cancel.signal, onProgress }),
    ).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('that cannot be written is an error of its own', async () => {
    const url = await serve((_, response) => response.end('x'));
    const folder = makeFolder();
    await download(url, join(folder, 'f'));
    await expect(download(url, join(folder, 'f', 'g'))).rejects.toMatchObject({ code: 'OUTPUT' });
  });
});

describe('Hugging Face', () => {
  it('gives a task as parquet of a config and a split, examples only where they are wanted', async () => {
    const paths: unknown[] = [];
    const texts = (path: string, value: string) => ({ path: [path], values: [value] });
    process.env['HF_ENDPOINT'] = `${await serve((request, response) => {
      paths.push(request.url);
      const question = request.url?.includes('train') === true ? 'Example?' : 'Real?';
      response.end(buildParquet([texts('question', question), texts('answer', 'It is.\n#### 4')]));
    })}/`;
    const cacheFolder = makeFolder();
    const request = { task: 'gsm8k', source: { kind: 'hub' }, cacheFolder } as const;
    expect((await readTask({ ...request, shots: 0 })).questions).toMatchObject([
      { id: 'main/test/0000.parquet:1', prompt: 'Question: Real?\nAnswer:' },
    ]);
    expect((await readTask({ ...request, shots: 1 })).questions).toMatchObject([
      { prompt: 'Question: Example?\nAnswer: It is.\n#### 4\n\nQuestion: Real?\nAnswer:' },
    ]);
    const start = '/datasets/openai/gsm8k/resolve/refs%2Fconvert%2Fparquet/main';
    expect(paths).toEqual([`${start}/test/0000.parquet`, `${start}/train/0000.parquet`]);
    expect(existsSync(join(cacheFolder, 'openai/gsm8k/refs-convert-parquet/main/test/0000.parquet'))).toBe(
      true,
    );
  });

  it('gives the subjects of CMMLU as one config each', async () => {
    const paths: string[] = [];
    process.env['HF_ENDPOINT'] = await serve((request, response) => {
      paths.push(request.url ?? '');
      const columns = { Question: 'q', A: 'a', B: 'b', C: 'c', D: 'd', Answer: 'B' };
      response.end(
        buildParquet(Object.entries(columns).map(([name, value]) => ({ path: [name], values: [value] }))),
      );
    });
    const cacheFolder = makeFolder();
    const { questions } = await readTask({ task: 'cmmlu', source: { kind: 'hub' }, cacheFolder });
    expect(paths).toHaveLength(67);
    expect(questions.at(-1)).toMatchObject({
      group: 'world_religions',
      id: 'world_religions/test/0000.parquet:1',
    });
  });

  it("gives a file of a user's own", async () => {
    const paths: unknown[] = [];
    process.env['HF_ENDPOINT'] = await serve((request, response) => {
      paths.push(request.url);
      response.end(jsonl({ question: 'q', choices: ['a', 'b'], answer: 0 }));
    });
    const source = { kind: 'hubFile', repo: 'me/set', path: 'dir/a b.jsonl' } as const;
    const { questions } = await readTask({ task: 'quiz', source, cacheFolder: makeFolder() });
    expect(paths).toEqual(['/datasets/me/set/resolve/main/dir/a%20b.jsonl']);
    expect(questions).toMatchObject([{ id: 'me/set/dir/a b.jsonl:1', answer: 0 }]);
  });
});
