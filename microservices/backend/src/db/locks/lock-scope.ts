/** What work locks, as far as we know: the tables of a statement, a customer's rows, a product's stock. */
export interface LockScope {
  readonly name: string;
  /** How many transactions of this process need it at once; the others queue without a connection. @default all */
  readonly width?: number;
}

/** The rows of a customer. */
export const customerScope = (customerId: string): LockScope => ({
  name: `customer ${customerId}`,
  width: 1,
});

/** A statement waited for a lock in vain: nothing was done. */
export class LockTimeout extends Error {
  readonly code = '55P03';
  readonly statement: string;
  /** Where PostgreSQL was: in the check of a foreign key this has its query. */
  readonly where: string;

  constructor(statement: string, cause?: Error & { readonly where?: string }) {
    super(`${statement} waited too long for a lock`, { cause });
    this.name = 'LockTimeout';
    this.statement = statement;
    this.where = cause?.where ?? '';
  }
}
