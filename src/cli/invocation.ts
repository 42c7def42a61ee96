/**
 * The arguments as a report keeps them: without what a URL has of names, passwords and tokens, as pages are passed on.
 */
export function describeInvocation(args: readonly string[]): readonly string[] {
  return args.map((arg) => arg.replace(/https?:\/\/\S+/i, hideSecrets));
}

function hideSecrets(text: string): string {
  if (!URL.canParse(text)) return text;
  const url = new URL(text);
  url.username = '';
  url.password = '';
  url.search = '';
  return url.href;
}
