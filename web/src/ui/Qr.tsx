// A text as a picture that phones read. Always dark on white, as not every phone reads the reverse.

import { useMemo } from 'react';
import { encode } from 'uqr';

// The quiet margin that the standard asks for, in modules.
const MARGIN = 4;

export const drawQr = (text: string) => {
  const { data, size } = encode(text, { ecc: 'M', border: MARGIN });
  const path = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : []))).join('');
  return { path, size };
};

export const Qr = ({ text, label, className }: { text: string; label: string; className?: string | undefined }) => {
  const { path, size } = useMemo(() => drawQr(text), [text]);
  return (
    <svg
      className={className}
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
    >
      <path fill="#fff" d={`M0 0h${size}v${size}H0z`} />
      <path fill="#000" d={path} />
    </svg>
  );
};
