// Every currency that the server knows, the most used first, and the one of the place where the browser is.

const CURRENCIES =
  'USD EUR GBP VND IRR JPY CNY INR AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD ' +
  'BTN BWP BYN BZD CAD CDF CHF CLP COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB FJD FKP GEL GHS GIP GMD GNF GTQ GYD HKD HNL ' +
  'HTG HUF IDR ILS IQD ISK JMD JOD KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU ' +
  'MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD ' +
  'SHP SLE SOS SRD SSP STN SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX UYU UZS VES VUV WST XAF XCD XOF XPF YER ZAR ZMW';

export const currencies = (locale: string) => {
  const names = new Intl.DisplayNames([locale], { type: 'currency' });
  return CURRENCIES.split(' ').map((code) => ({ value: code, label: `${code} · ${names.of(code) ?? code}` }));
};

export const homeZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';

export const homeCurrency = () => {
  const zone = homeZone();
  if (zone === 'Asia/Ho_Chi_Minh' || zone === 'Asia/Saigon') return 'VND';
  if (zone === 'Asia/Tehran') return 'IRR';
  if (zone === 'Europe/London') return 'GBP';
  return zone.startsWith('Europe/') ? 'EUR' : 'USD';
};

export const zones = () =>
  [...new Set(['UTC', homeZone(), ...Intl.supportedValuesOf('timeZone')])]
    .sort()
    .map((zone) => ({ value: zone, label: zone.replaceAll('_', ' ') }));
