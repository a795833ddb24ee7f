import { ButtonLink } from '../../shared/ui/button.tsx';
import { MessagePanel } from '../../shared/ui/message-panel.tsx';
import { PageTitle } from '../../shared/ui/page-title.tsx';
import { LostLabelPicture } from '../../shared/ui/pictures.tsx';

export function NotFoundPage() {
  return (
    <>
      <PageTitle>Not found</PageTitle>
      <MessagePanel
        title="We couldn’t find that"
        picture={<LostLabelPicture />}
        actions={
          <>
            <ButtonLink to="/">Browse the shop</ButtonLink>
            <ButtonLink look="secondary" to="/orders">
              Your orders
            </ButtonLink>
          </>
        }
      >
        <p>It may no longer be sold, or the address may be mistyped.</p>
      </MessagePanel>
    </>
  );
}
