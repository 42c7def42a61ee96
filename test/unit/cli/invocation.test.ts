import { describeInvocation } from '../../../src/cli/invocation.js';

describe('The command line in a report', () => {
  it('is that which was typed', () => {
    const args = ['hf:user/repo:Q4_K_M', '--drop', '1,2', '-o', '/home/me/a b.gguf'];
    expect(describeInvocation(args)).toEqual(args);
  });

  it('has nothing of addresses that is not for others', () => {
    expect(
      describeInvocation(['https://me:secret@host.org/m.gguf?token=hf_abc', '--x=http://h/?k=1']),
    ).toEqual(['https://host.org/m.gguf', '--x=http://h/']);
  });
});
