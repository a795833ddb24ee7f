import { kubeconfigOf } from '../../commands/kubectl.ts';
import { known } from '../../context.ts';
import type { Step } from '../step.ts';

export const summary: Step = {
  title: 'Done',
  reads: false,
  async run(context) {
    const { environment, region, profile } = context.options;
    const { stacks } = known(context.assembly, 'assembly');
    const options = [
      `--region ${region}`,
      `--environment ${environment}`,
      ...(profile ? [`--profile ${profile}`] : []),
    ].join(' ');
    context.say(`shop:    ${known(context.address, 'address')}`);
    context.say(`made:    ${stacks.map(({ name }) => name).join(', ')}; CDKToolkit`);
    context.say(
      `logs:    KUBECONFIG=${kubeconfigOf(context)} kubectl -n shopping-cart logs -f deploy/backend-deployment`,
    );
    context.say(`cost:    about $${known(context.monthlyUsd, 'monthlyUsd').toFixed(2)} a month`);
    context.say(`destroy: ./deploy-microservices-cicd.sh ${options} --destroy`);
  },
};
