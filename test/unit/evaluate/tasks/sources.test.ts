import { parseSources } from '../../../../src/evaluate/tasks/index.js';

describe('Where data is said to be', () => {
  it('is a folder of all tasks', () => {
    expect(parseSources(['data/x'])('mmlu')).toEqual({ kind: 'folder', path: 'data/x' });
  });

  it('is a path or a place on Hugging Face for one task, before what holds for all', () => {
    const find = parseSources(['hf:', 'mmlu=/d/mmlu', 'quiz=hf:me/sets/a/b.jsonl', 'piqa=hf:']);
    expect(find('mmlu')).toEqual({ kind: 'path', path: '/d/mmlu' });
    expect(find('quiz')).toEqual({ kind: 'hubFile', repo: 'me/sets', path: 'a/b.jsonl' });
    expect(find('piqa')).toEqual({ kind: 'hub' });
    expect(find('arc-e')).toEqual({ kind: 'hub' });
  });

  it('is nothing for a task that nothing is said of', () => {
    expect(parseSources(['mmlu=x'])('piqa')).toBeUndefined();
  });

  it('may be a folder with = in its name, by a path before it', () => {
    expect(parseSources(['./a=b'])('mmlu')).toEqual({ kind: 'folder', path: './a=b' });
  });

  it.each([
    [['a', 'b'], 'Two places are given for all tasks. There must be one.'],
    [['mmlu=a', 'mmlu=b'], 'Two places are given for mmlu. There must be one.'],
    [['mmlu='], 'The place of the data is empty. It must be a path, or hf:.'],
    [
      ['q=hf:me'],
      '"hf:me" names no file on Hugging Face. It must be hf:owner/name/path/to/file.jsonl, or hf: alone.',
    ],
    [['q=hf:me/set'], '"hf:me/set" names no file on Hugging Face.'],
    [['q=hf:me/set/../../x'], '"hf:me/set/../../x" names no file on Hugging Face.'],
    [['q=hf:../set/x'], '"hf:../set/x" names no file on Hugging Face.'],
    [
      ['hf:me/set/x.jsonl'],
      '"hf:me/set/x.jsonl" is one file, and does not say of which task. Write name=hf:me/set/x.jsonl.',
    ],
  ])('is refused when it is %j', (values, message) => {
    expect(() => parseSources(values)).toThrow(message);
  });
});
