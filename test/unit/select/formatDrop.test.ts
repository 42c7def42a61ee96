import { formatDrop } from '../../../src/select/index.js';

describe('What is dropped', () => {
  it.each([
    [[], [], 'none'],
    [[21, 22, 25], [], '21-22,25'],
    [[], [5, 6], 'attention of 5-6'],
    [[3], [5], '3 and attention of 5'],
  ])('(%j, attention of %j) is written as %s', (dropped, droppedAttention, text) => {
    expect(formatDrop({ dropped, droppedAttention })).toBe(text);
  });
});
