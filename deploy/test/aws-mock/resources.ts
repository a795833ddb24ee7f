/** Creates resources in moto, so that the drill can count what a deletion leaves. */
export class Moto {
  readonly #url: string;
  readonly #region: string;

  constructor(url: string, region: string) {
    this.#url = url;
    this.#region = region;
  }

  /** moto finds the service in the signature's scope and does not check the signature. */
  async #send(service: string, path: string, init: RequestInit): Promise<Response> {
    const scope = `mock/20260101/${this.#region}/${service}/aws4_request`;
    const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`;
    const headers = { ...init.headers, authorization };
    const response = await fetch(`${this.#url}${path}`, { ...init, headers });
    return response;
  }

  async #json(service: string, target: string, body: object): Promise<Record<string, unknown>> {
    const response = await this.#send(service, '/', {
      method: 'POST',
      headers: { 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.1' },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`moto rejects ${target}: ${text}`);
    return text ? JSON.parse(text) : {};
  }

  /** @returns the physical name; undefined for a type that is not created in moto */
  async create(
    type: string,
    suggested: string,
    p: Readonly<Record<string, unknown>>,
  ): Promise<string | undefined> {
    const name = (key: string): string => String(p[key] ?? suggested);
    switch (type) {
      case 'AWS::ECR::Repository': {
        const repositoryName = name('RepositoryName').toLowerCase();
        const target = 'AmazonEC2ContainerRegistry_V20150921.CreateRepository';
        await this.#json('ecr', target, { repositoryName, tags: p.Tags ?? [] });
        return repositoryName;
      }
      case 'AWS::CodeCommit::Repository': {
        const repositoryName = name('RepositoryName');
        await this.#json('codecommit', 'CodeCommit_20150413.CreateRepository', { repositoryName });
        return repositoryName;
      }
      case 'AWS::S3::Bucket': {
        const bucket = name('BucketName').toLowerCase();
        const body = `<CreateBucketConfiguration><LocationConstraint>${this.#region}</LocationConstraint></CreateBucketConfiguration>`;
        const made = await this.#send('s3', `/${bucket}`, { method: 'PUT', body });
        if (!made.ok) throw new Error(`moto rejects bucket ${bucket}: ${await made.text()}`);
        return bucket;
      }
      case 'AWS::Logs::LogGroup': {
        const logGroupName = name('LogGroupName');
        await this.#json('logs', 'Logs_20140328.CreateLogGroup', { logGroupName });
        return logGroupName;
      }
      case 'AWS::SecretsManager::Secret': {
        const body = { Name: name('Name'), SecretString: 'mock', Tags: p.Tags ?? [] };
        await this.#json('secretsmanager', 'secretsmanager.CreateSecret', body);
        return body.Name;
      }
      case 'AWS::SSM::Parameter': {
        const body = { Name: name('Name'), Value: String(p.Value), Type: 'String' };
        await this.#json('ssm', 'AmazonSSM.PutParameter', { ...body, Overwrite: true });
        return body.Name;
      }
      case 'AWS::EKS::Cluster': {
        const body = {
          name: name('Name'),
          roleArn: 'arn:aws:iam::123456789012:role/mock',
          resourcesVpcConfig: { subnetIds: [] },
        };
        const made = await this.#send('eks', '/clusters', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        });
        if (!made.ok) throw new Error(`moto rejects the cluster: ${await made.text()}`);
        return body.name;
      }
      default:
        return undefined;
    }
  }

  async delete(type: string, id: string): Promise<void> {
    switch (type) {
      case 'AWS::ECR::Repository': {
        const target = 'AmazonEC2ContainerRegistry_V20150921.DeleteRepository';
        await this.#json('ecr', target, { repositoryName: id, force: true });
        return;
      }
      case 'AWS::CodeCommit::Repository':
        await this.#json('codecommit', 'CodeCommit_20150413.DeleteRepository', {
          repositoryName: id,
        });
        return;
      case 'AWS::S3::Bucket':
        await this.#send('s3', `/${id}`, { method: 'DELETE' });
        return;
      case 'AWS::Logs::LogGroup':
        await this.#json('logs', 'Logs_20140328.DeleteLogGroup', { logGroupName: id });
        return;
      case 'AWS::SecretsManager::Secret':
        await this.#json('secretsmanager', 'secretsmanager.DeleteSecret', {
          SecretId: id,
          ForceDeleteWithoutRecovery: true,
        });
        return;
      case 'AWS::SSM::Parameter':
        await this.#json('ssm', 'AmazonSSM.DeleteParameter', { Name: id });
        return;
      case 'AWS::EKS::Cluster':
        await this.#send('eks', `/clusters/${id}`, { method: 'DELETE' });
        return;
      default:
    }
  }

  /** moto cannot list source repositories; it only finds them by name. */
  async #source(repositoryName: string): Promise<object> {
    const target = 'CodeCommit_20150413.GetRepository';
    return await this.#json('codecommit', target, { repositoryName }).catch((error) => {
      if (String(error).includes('RepositoryDoesNotExist')) return {};
      throw error;
    });
  }

  /** Names of all resources in moto. */
  async inventory(): Promise<readonly string[]> {
    const target = 'AmazonEC2ContainerRegistry_V20150921.DescribeRepositories';
    const answers = await Promise.all([
      this.#json('ecr', target, {}),
      ...['database', 'backend', 'frontend'].map((service) => this.#source(`carthub-${service}`)),
      this.#json('logs', 'Logs_20140328.DescribeLogGroups', {}),
      this.#json('secretsmanager', 'secretsmanager.ListSecrets', {}),
      this.#send('eks', '/clusters', {}).then((response) => response.json()),
    ]);
    const buckets = await (await this.#send('s3', '/', {})).text();
    const text = answers.map((answer) => JSON.stringify(answer)).join('\n');
    const names = text.matchAll(/"(?:repositoryName|logGroupName|Name)": ?"([^"]+)"/g);
    const clusters = /"clusters": ?\["([^"]+)"/.exec(text)?.[1];
    const found = [...buckets.matchAll(/<Name>([^<]+)<\/Name>/g), ...names].map(([, n]) => n ?? '');
    return clusters ? [...found, clusters] : found;
  }
}
