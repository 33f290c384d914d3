// The figures that count, each against the period before.

import { change, comparedAt, magnitude, showValue, useReport, valueAt } from '../../data/reports';
import type { Role } from '../../data/session';
import { useWords } from '../../language/words';
import { Failed } from '../../ui/Failed';
import type { Period } from '../../ui/periods';
import { Tile } from '../../ui/Tile';
import { byDay, figuresOf } from './figures';
import classes from './overview.module.css';

export const Tiles = ({ period, role }: { period: Period; role: Role }) => {
  const { t } = useWords();
  const { data, error, refetch } = useReport(byDay(role, period));
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  const totals = data?.totals[0];
  return (
    <div className={classes.tiles}>
      {figuresOf(role).map(({ metric, label, inverse }, at) => {
        const unit = data?.metrics[at]?.unit ?? 'count';
        const [now, before] = [valueAt(totals, at), comparedAt(totals, at)];
        return (
          <Tile
            key={metric}
            label={t(label)}
            value={data && showValue(now, unit)}
            before={showValue(before, unit)}
            change={change(now, before)}
            inverse={inverse}
            trend={data?.rows.map((row) => magnitude(valueAt(row, at)))}
          />
        );
      })}
    </div>
  );
};
