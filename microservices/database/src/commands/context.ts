import type { Config } from '../config.ts';
import type { Terminal } from '../terminal.ts';

export interface Context {
  readonly config: Config;
  readonly terminal: Terminal;
  readonly json: boolean;
}
