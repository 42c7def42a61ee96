/** What the process with stock llama.cpp is asked, and what it answers. */
export interface StockQuestion {
  readonly path: string;
  readonly tokens: readonly number[];
  /** Places whose loss is wanted, ascending, from 1 on. */
  readonly places: readonly number[];
  readonly threads: number;
}

export type StockAnswer = { readonly losses: readonly number[] } | { readonly error: string };
