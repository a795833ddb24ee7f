import { setTimeout as sleep } from 'node:timers/promises';
import { Refusal, textOf } from '../moto.ts';
import type { Account, Handlers } from './handler.ts';

const ROUTE53 = '/2013-04-01';
const POLL_MS = 5;

interface Option {
  readonly DomainName: string;
  readonly HostedZoneId?: string;
}

/** @throws Refusal unless the zone is public and contains the domain, as validation is by public DNS */
async function addRecord({ moto }: Account, { DomainName, HostedZoneId }: Option): Promise<void> {
  const path = `${ROUTE53}/hostedzone/${HostedZoneId}`;
  const found = await moto.send('route53', path);
  const text = await found.text();
  if (!found.ok) throw new Refusal(`No hosted zone found with ID: ${HostedZoneId}`);
  const zone = (textOf(text, 'Name') ?? '').replace(/\.$/, '');
  if (DomainName !== zone && !DomainName.endsWith(`.${zone}`))
    throw new Refusal(
      `[RRSet with DNS name _mock.${DomainName}. is not permitted in zone ${zone}.]`,
    );
  if (/<PrivateZone>true/i.test(text))
    throw new Refusal('The validation record is in a private zone, which ACM cannot read');
  // UPSERT, because the same domain has the same record each time (dflook/cloudformation-dns-certificate#7).
  const record = `<Name>_mock.${DomainName}.</Name><Type>CNAME</Type><TTL>300</TTL><ResourceRecords><ResourceRecord><Value>_mock.acm-validations.aws.</Value></ResourceRecord></ResourceRecords>`;
  const change = `<Change><Action>UPSERT</Action><ResourceRecordSet>${record}</ResourceRecordSet></Change>`;
  const body = `<ChangeResourceRecordSetsRequest xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><ChangeBatch><Changes>${change}</Changes></ChangeBatch></ChangeResourceRecordSetsRequest>`;
  const changed = await moto.send('route53', `${path}/rrset`, { method: 'POST', body });
  if (!changed.ok) throw new Refusal(textOf(await changed.text(), 'Message'));
}

/**
 * CREATE_IN_PROGRESS until the domain is validated (CloudFormation, AWS::CertificateManager::Certificate, quoted with the
 * event's text by Dwolla/certificate-validator). With a HostedZoneId the record is added (DomainValidationOption).
 *
 * Not imitated: CAA records, and the end after 72 hours (ACM User Guide, "Troubleshoot DNS validation").
 */
export const CERTIFICATE: Handlers = {
  'AWS::CertificateManager::Certificate': {
    name: 'none',
    async create(account, name, properties, report) {
      const DomainName = String(properties.DomainName);
      const options = (properties.DomainValidationOptions ?? []) as readonly Option[];
      const option = options.find((each) => each.DomainName === DomainName);
      if (properties.ValidationMethod === 'DNS') {
        const record = `{Name: _mock.${DomainName}.,Type: CNAME,Value: _mock.acm-validations.aws.}`;
        report(`Content of DNS Record is: ${record}`);
      }
      if (option?.HostedZoneId) await addRecord(account, option);
      // Another validation is somebody's own work: the record by hand, or the link in a mail.
      else while (!account.issued.has(DomainName)) await sleep(POLL_MS, undefined, { ref: false });
      return name;
    },
    // The validation's record stays (cloudformation-coverage-roadmap#1603). A certificate in use is refused; ACM learns
    // seconds late that a load balancer is gone (convox/praxis#209, aws-cdk#4179).
    async delete({ moto }, id) {
      const balancers = await moto.query('elasticloadbalancing', '2015-12-01', {
        Action: 'DescribeLoadBalancers',
      });
      for (const [, arn = ''] of balancers.matchAll(/<LoadBalancerArn>([^<]+)</g)) {
        const form = { Action: 'DescribeListeners', LoadBalancerArn: arn };
        const listeners = await moto.query('elasticloadbalancing', '2015-12-01', form);
        if (listeners.includes(id)) throw new Refusal(`Certificate ${id} is in use.`);
      }
    },
  },
};
