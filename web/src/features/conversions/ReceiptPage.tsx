// Why a conversion counts as it does: the story in one sentence, the journey along its time, every candidate with what became of it, who
// earns what by which rule, what happened since, and the proof.

import { Anchor, Button, Skeleton } from '@mantine/core';
import { IconChevronLeft } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { answer, GET } from '../../data/client';
import { useSession } from '../../data/session_context';
import { useWords } from '../../language/words';
import { Failed } from '../../ui/Failed';
import { Page, Section } from '../../ui/Page';
import { Amounts } from './receipt/Amounts';
import { Candidates } from './receipt/Candidates';
import { History } from './receipt/History';
import { Journey } from './receipt/Journey';
import { Proof } from './receipt/Proof';
import { ReportedFacts } from './receipt/ReportedFacts';
import { Story } from './receipt/Story';
import classes from './receipt/receipt.module.css';
import type { Receipt } from './receipt';

const route = getRouteApi('/conversions/$conversionId');

const ReceiptPage = () => {
  const { t } = useWords();
  const { actingAs } = useSession();
  const { conversionId } = route.useParams();
  const { data, error, refetch } = useQuery({
    queryKey: ['conversions', conversionId, 'receipt'],
    queryFn: () =>
      answer(GET('/api/v1/conversions/{conversion_id}/receipt', { params: { path: { conversion_id: conversionId } } })),
  });
  const receipt = data?.document as unknown as Receipt | undefined;
  return (
    <Page
      title={t('receipt.title')}
      lead={<bdi className="code">{conversionId}</bdi>}
      actions={
        <>
          {actingAs.role === 'publisher' && (
            <Button
              variant="default"
              renderRoot={(props) => <Link to="/disputes" search={{ conversion: conversionId }} {...props} />}
            >
              {t('dispute.new')}
            </Button>
          )}
          <Button
            variant="default"
            leftSection={<IconChevronLeft size={16} stroke={1.6} className={classes.turn} aria-hidden />}
            renderRoot={(props) => <Link to="/conversions" {...props} />}
          >
            {t('navigation.conversions')}
          </Button>
        </>
      }
    >
      {error && <Failed error={error} retry={() => void refetch()} />}
      {!receipt && !error && <Skeleton h={360} radius="lg" />}
      {receipt && data && (
        <div className={classes.receipt}>
          <div className={classes.main}>
            <Story receipt={receipt} />
            <Section title={t('receipt.touches')} hint={t('receipt.touches_hint')}>
              <Journey receipt={receipt} />
              <Candidates receipt={receipt} />
            </Section>
            <Section title={t('receipt.history')}>
              <History receipt={receipt} />
            </Section>
          </div>
          <div className={classes.side}>
            <Section title={t('receipt.lines')}>
              <Amounts receipt={receipt} />
            </Section>
            <Section title={t('receipt.report')}>
              <ReportedFacts receipt={receipt} />
            </Section>
            <Section title={t('receipt.proof')}>
              <Proof signed={data} conversionId={conversionId} />
              <Anchor href={`/api/v1/conversions/${conversionId}/receipt`} target="_blank" size="sm">
                {t('receipt.raw')}
              </Anchor>
            </Section>
          </div>
        </div>
      )}
    </Page>
  );
};

export default ReceiptPage;
