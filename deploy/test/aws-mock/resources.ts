import {
  type Account,
  type Existing,
  idIn,
  type Removal,
  type ResourceProperties,
} from './handlers/handler.ts';
import { HANDLERS, nameProperty, UNIQUE_NAMES } from './handlers/types.ts';
import { type Moto, Refusal } from './moto.ts';

/** The account's resources, as CloudFormation's resource handlers see them. */
export class Resources implements Account {
  readonly moto: Moto;
  readonly issued = new Set<string>();
  /** Such as an execution of a new pipeline, which starts by itself. */
  onCreated: (type: string, id: string) => void = () => {};
  readonly #existing: Existing[] = [];
  readonly #lateLogs = new Set<string>();

  constructor(moto: Moto) {
    this.moto = moto;
  }

  all(type: string): readonly Existing[] {
    return this.#existing.filter((each) => each.type === type);
  }

  /** @returns the physical id; @throws Refusal */
  async create(
    type: string,
    generated: string,
    properties: ResourceProperties,
    report: (reason: string) => void,
  ): Promise<string> {
    const name = properties[nameProperty(type)];
    // Wording of the handlers' error code AlreadyExists (widdix/mastodon-on-aws#27).
    const id = String(name ?? generated);
    if (type in UNIQUE_NAMES && this.all(type).some((each) => each.id === id))
      throw new Refusal(`Resource of type '${type}' with identifier '${id}' already exists.`);
    const handler = HANDLERS[type];
    const created = handler
      ? await handler.create(this, id, properties, report).catch(asMessage)
      : id;
    // One that was deleted past CloudFormation has made room for it.
    this.#forget(type, created);
    this.#existing.push({ type, id: created, properties });
    const logGroup = this.#logGroupOf(type, properties);
    if (logGroup) await this.#createLogGroup(logGroup);
    this.onCreated(type, created);
    return created;
  }

  /** The resource has other properties now. */
  update(type: string, id: string, properties: ResourceProperties): void {
    const at = this.#existing.findIndex((each) => each.type === type && each.id === id);
    if (at >= 0) this.#existing[at] = { type, id, properties };
  }

  /**
   * A resource that is gone already counts as deleted (floci-io/floci#1671), but only if its service says so.
   * @throws Refusal
   */
  async delete(type: string, id: string, removal: Removal): Promise<void> {
    await HANDLERS[type]?.delete(this, id, removal).catch((error: unknown) => {
      const isGone = /not ?found|does ?not ?exist|NoSuch|can't find/i.test(String(error));
      if (!(error instanceof Refusal && isGone)) throw error;
    });
    if (type === 'AWS::EKS::Cluster') this.#lateLogs.add(`/aws/eks/${id}/cluster`);
    const logGroup = this.#logGroupOf(type, removal.properties);
    if (logGroup) this.#lateLogs.add(logGroup);
    this.#forget(type, id);
  }

  #forget(type: string, id: string): void {
    const at = this.#existing.findIndex((each) => each.type === type && each.id === id);
    if (at >= 0) this.#existing.splice(at, 1);
  }

  /**
   * Where the function of a custom resource logs, in a group that Lambda creates and nobody deletes (aws-cdk#26553,
   * #29248).
   */
  #logGroupOf(type: string, { ServiceToken }: ResourceProperties): string | undefined {
    if (!type.startsWith('Custom::') || ServiceToken === undefined) return undefined;
    const name = idIn(ServiceToken);
    const found = this.all('AWS::Lambda::Function').find(({ id }) => id === name);
    const logging = found?.properties.LoggingConfig as { LogGroup?: string } | undefined;
    return logging?.LogGroup ?? `/aws/lambda/${name}`;
  }

  /** @returns false if it exists */
  async #createLogGroup(logGroupName: string): Promise<boolean> {
    return await this.moto.json('logs', 'Logs_20140328.CreateLogGroup', { logGroupName }).then(
      () => true,
      (error: unknown) => {
        if (!String(error).includes('ResourceAlreadyExists')) throw error;
        return false;
      },
    );
  }

  /**
   * EKS writes on after its cluster is gone, and creates its log group again (terraform-aws-eks#2763), and so does Lambda
   * (aws-cdk#31487). Flow logs do only if their role may create groups (terraform-aws-vpc#550), which ours may not.
   */
  async writeLateLogs(): Promise<void> {
    for (const logGroupName of this.#lateLogs) {
      if (!(await this.#createLogGroup(logGroupName))) continue;
      // moto gives a new group the tags of a deleted one of the same name.
      const tags = ['application', 'environment'];
      await this.moto.json('logs', 'Logs_20140328.UntagLogGroup', { logGroupName, tags });
    }
    this.#lateLogs.clear();
  }
}

function asMessage(error: unknown): never {
  if (error instanceof Refusal)
    throw new Refusal(`Resource handler returned message: "${error.message}"`);
  throw error;
}
