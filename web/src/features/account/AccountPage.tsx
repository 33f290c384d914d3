// How one signs in: password, second factor, and the browsers in which one is signed in.

import { useWords } from '../../language/words';
import { Page } from '../../ui/Page';
import { OwnPassword } from './OwnPassword';
import { OwnSessions } from './OwnSessions';
import { SecondFactor } from './SecondFactor';

const AccountPage = () => {
  const { t } = useWords();
  return (
    <Page title={t('navigation.account')} lead={t('sign_in.account_lead')} width="narrow">
      <SecondFactor />
      <OwnPassword />
      <OwnSessions />
    </Page>
  );
};

export default AccountPage;
