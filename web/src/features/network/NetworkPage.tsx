// The network itself: what holds for all of it, who writes its papers, from which account it pays, and what it pays for referrals.

import { Page } from '../../ui/Page';
import { useSession } from '../../data/session_context';
import { useWords } from '../../language/words';
import { Profile } from '../billing/Profile';
import { Payer } from './Payer';
import { Referrals } from './Referrals';
import { Settings } from './Settings';

const NetworkPage = () => {
  const { t } = useWords();
  const { network } = useSession();
  return (
    <Page title={t('navigation.network')} lead={<bdi>{network.name}</bdi>} width="narrow">
      <Settings />
      <Profile kind="network" id={network.id} />
      <Payer />
      <Referrals />
    </Page>
  );
};

export default NetworkPage;
