import type { ModelFacts, PeriodRule } from './rules.js';

/** What the file says of each block under the rule's array; undefined when it states a period, or nothing. */
export function statedKinds({ arrayKey }: PeriodRule, facts: ModelFacts): readonly boolean[] | undefined {
  return facts.getNumbers(arrayKey)?.map(Boolean);
}

/** Whether the block at a position is one of the rest, by the file's array or by the period. */
export function isOneOfTheRest(rule: PeriodRule, facts: ModelFacts, position: number): boolean {
  const stated = statedKinds(rule, facts);
  if (stated !== undefined) return stated[position] ?? false;
  if (position >= facts.trunk) return false; // llama.cpp gives those full attention
  const period = facts.getUint(rule.periodKey) ?? rule.period;
  if (period === 0) return rule.period !== 0;
  return rule.other === 'first' ? position % period !== 0 : position % period < period - 1;
}
