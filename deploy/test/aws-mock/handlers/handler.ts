import type { Moto } from '../moto.ts';

export type ResourceProperties = Readonly<Record<string, unknown>>;

export interface Existing {
  readonly type: string;
  readonly id: string;
  readonly properties: ResourceProperties;
}

/** The account, as a resource handler sees it. */
export interface Account {
  readonly moto: Moto;
  /** Resources of a type that CloudFormation created and that exist, of all stacks. */
  all(type: string): readonly Existing[];
  /** Domains whose certificate ACM has issued without our help, because somebody added the record by hand. */
  readonly issued: ReadonlySet<string>;
}

/** What CloudFormation does to a resource that its stack no longer has. */
export interface Removal {
  readonly properties: ResourceProperties;
  /** With `DeletionPolicy: Snapshot`. */
  readonly snapshot?: string;
}

interface Handler {
  /** The property with the custom name. */
  readonly name: string;
  /**
   * @param report tells the reason of an event while the resource is created
   * @returns the physical id; @throws Refusal
   */
  create(
    account: Account,
    name: string,
    properties: ResourceProperties,
    report: (reason: string) => void,
  ): Promise<string>;
  /** @throws Refusal */
  delete(account: Account, id: string, removal: Removal): Promise<void>;
}

export type Handlers = Readonly<Record<string, Handler>>;

/** The physical id in an ARN of the imitation, or the id itself. */
export const idIn = (reference: unknown): string => String(reference).split(':').at(-1) ?? '';
