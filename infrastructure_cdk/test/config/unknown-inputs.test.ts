import { describe, expect, it } from 'vitest';
import cdkJson from '../../cdk.json' with { type: 'json' };
import { INPUTS } from '../../lib/config/inputs.ts';
import { unknownInputs } from '../../lib/config/unknown-inputs.ts';

const variables = Object.values(INPUTS).map(({ variable }) => variable);

describe('misspelled inputs', () => {
  it.each([
    ['natGateway', 'natGateways'],
    ['alarmMail', 'alarmEmail'],
    ['hostname', 'hostName'],
    ['Region', 'region'],
  ])('are found in the context: %s', (name, meant) => {
    expect(unknownInputs([name], [])).toEqual([`${name} is not an input: did you mean ${meant}?`]);
  });

  it('are found in the context even if they resemble nothing', () => {
    expect(unknownInputs(['replicas'], [])).toEqual([
      'replicas is not an input: README.md lists them.',
    ]);
  });

  it.each([
    ['CARTHUB_NATGATEWAYS', 'CARTHUB_NAT_GATEWAYS'],
    ['CARTHUB_HOSTNAME', 'CARTHUB_HOST_NAME'],
    ['CARTHUB_ALARM_MAIL', 'CARTHUB_ALARM_EMAIL'],
    ['CARTHUB_ZONE', 'CARTHUB_ZONES'],
  ])('are found in the variables: %s', (name, meant) => {
    expect(unknownInputs([], [name])).toEqual([
      `${name} is not a variable of an input: did you mean ${meant}?`,
    ]);
  });

  it('are found whichever letter is missing', () => {
    for (const name of Object.keys(INPUTS))
      for (let at = 0; at < name.length; at += 1) {
        const typed = name.slice(0, at) + name.slice(at + 1);
        expect(unknownInputs([typed], []), typed).toHaveLength(1);
      }
    for (const name of variables)
      for (let at = 'CARTHUB_'.length; at < name.length; at += 1) {
        const typed = name.slice(0, at) + name.slice(at + 1);
        expect(unknownInputs([], [typed]), typed).toHaveLength(1);
      }
  });

  it('are none of the names that mean something', () => {
    const context = [...Object.keys(cdkJson.context), ...Object.keys(INPUTS), 'aws:cdk:version'];
    // Of the shop on a machine, of the script, of the workflows, and of Kubernetes.
    const others = [
      'CARTHUB_AUTH',
      'CARTHUB_STATE_DIR',
      'CARTHUB_POLL_MS',
      'CARTHUB_HEALTH_TIMEOUT_MS',
      'CARTHUB_TEST_SCRATCH',
      'CARTHUB_BUILD_ROLE',
      'CARTHUB_DEPLOY_ROLE',
      'CARTHUB_BACKEND_SERVICE_HOST',
    ];
    expect(unknownInputs(context, [...variables, ...others, 'PATH', 'ZONES'])).toEqual([]);
  });
});
