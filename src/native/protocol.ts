import type {
  Device,
  ModelFacts,
  OpenRequest,
  SpeedResult,
  WindowRequest,
  WindowResult,
} from './contract.js';

/** What the child process can be asked to do: arguments and result of each method. */
export interface Methods {
  start: { args: { readonly addon: string; readonly backendFolder: string }; result: StartResult };
  open: { args: OpenRequest; result: ModelFacts };
  tokenize: { args: string; result: Int32Array };
  runWindow: { args: WindowRequest; result: WindowResult };
  measureSpeed: { args: { readonly prompt: Int32Array; readonly generate: number }; result: SpeedResult };
  cancel: { args: undefined; result: undefined };
  close: { args: undefined; result: undefined };
}

export interface StartResult {
  readonly devices: readonly Device[];
  readonly systemInfo: string;
}

export type Method = keyof Methods;

export interface Call {
  readonly id: number;
  readonly method: Method;
  readonly args: unknown;
}

export type Reply =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: string }
  | { readonly id: number; readonly progress: number };
