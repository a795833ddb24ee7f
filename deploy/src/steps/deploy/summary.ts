import { kubeconfigOf } from '../../commands/kubectl.ts';
import { required } from '../../context.ts';
import { alarmEmailOf } from '../../templates/inputs.ts';
import type { Step } from '../step.ts';

export const summary: Step = {
  title: 'Done',
  isReadOnly: false,
  async run(context) {
    const { environment, region, profile } = context.options;
    const { stacks } = required(context.assembly, 'assembly');
    const options = [
      `--region ${region}`,
      `--environment ${environment}`,
      ...(profile ? [`--profile ${profile}`] : []),
    ].join(' ');
    context.log(`shop:    ${required(context.address, 'address')}`);
    context.log(`stacks:  ${stacks.map(({ name }) => name).join(', ')}; CDKToolkit`);
    context.log(
      `logs:    KUBECONFIG=${kubeconfigOf(context)} kubectl -n shopping-cart logs -f deploy/backend-deployment`,
    );
    const email = alarmEmailOf(context);
    // SNS sends nothing to an address before (SNS Developer Guide, "Confirm an email subscription").
    if (email)
      context.log(`alarms:  follow the link in the mail to ${email}; until then it gets no alarm`);
    else context.log('alarms:  nobody gets any: set --context alarmEmail=…');
    context.log(`cost:    about $${required(context.monthlyUsd, 'monthlyUsd').toFixed(2)} a month`);
    context.log(`destroy: ./deploy-microservices-cicd.sh ${options} --destroy`);
  },
};
