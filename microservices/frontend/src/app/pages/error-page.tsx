import { Button, ButtonLink } from '../../shared/ui/button.tsx';
import { MessagePanel } from '../../shared/ui/message-panel.tsx';
import { PageTitle } from '../../shared/ui/page-title.tsx';
import { ClosedDoorPicture } from '../../shared/ui/pictures.tsx';

/** For unexpected errors, and for pages whose code could not be fetched after a new release. */
export function ErrorPage() {
  return (
    <div role="alert">
      <PageTitle>Something went wrong</PageTitle>
      <MessagePanel
        title="This page did not open"
        picture={<ClosedDoorPicture />}
        actions={
          <>
            <Button onClick={() => window.location.reload()}>Reload the page</Button>
            <ButtonLink look="secondary" to="/" reloadDocument>
              Go to the shop
            </ButtonLink>
          </>
        }
      >
        <p>Something went wrong on our side. Your cart and your orders are safe.</p>
      </MessagePanel>
    </div>
  );
}
