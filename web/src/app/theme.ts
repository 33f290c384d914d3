// How the console looks: a calm cool grey, one blue, numbers that stand under each other, and colour only where it says something.

import {
  ActionIcon,
  Button,
  createTheme,
  Drawer,
  Menu,
  Modal,
  Notification,
  Paper,
  Tooltip,
  type CSSVariablesResolver,
  type MantineColorsTuple,
} from '@mantine/core';

const cobalt: MantineColorsTuple = [
  '#eef3ff',
  '#dde6fd',
  '#b8cbf8',
  '#90adf3',
  '#6e93ee',
  '#4f79e8',
  '#2f5bd7',
  '#264dbd',
  '#2041a2',
  '#183384',
];

const slate: MantineColorsTuple = [
  '#f8f9fb',
  '#f1f3f6',
  '#e5e8ee',
  '#d3d8e1',
  '#aeb6c4',
  '#8a94a6',
  '#5f6a7d',
  '#465063',
  '#2d3544',
  '#171c26',
];

// Mantine draws the dark scheme with this one.
const dark: MantineColorsTuple = [
  '#e6e9ef',
  '#b6bdca',
  '#98a1b1',
  '#6b7485',
  '#3c4453',
  '#2b313d',
  '#222733',
  '#191d27',
  '#13161e',
  '#0d1017',
];

export const FONTS = "'Inter Variable', 'Vazirmatn Variable', system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif";
export const FONTS_PERSIAN = "'Vazirmatn Variable', 'Inter Variable', Tahoma, system-ui, sans-serif";

// `close` is what the button of a notification is called.
export const theme = (persian: boolean, close: string) =>
  createTheme({
    primaryColor: 'cobalt',
    primaryShade: 6,
    colors: { cobalt, slate, dark },
    fontFamily: persian ? FONTS_PERSIAN : FONTS,
    fontFamilyMonospace: "ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, monospace",
    fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
    lineHeights: { xs: '1.4', sm: '1.5', md: '1.55', lg: '1.5', xl: '1.4' },
    spacing: { xs: '8px', sm: '12px', md: '16px', lg: '24px', xl: '32px' },
    radius: { xs: '4px', sm: '6px', md: '8px', lg: '12px', xl: '16px' },
    defaultRadius: 'md',
    cursorType: 'pointer',
    autoContrast: true,
    luminanceThreshold: 0.35,
    headings: {
      fontWeight: '620',
      sizes: {
        h1: { fontSize: '22px', lineHeight: '1.3' },
        h2: { fontSize: '15px', lineHeight: '1.4' },
        h3: { fontSize: '13px', lineHeight: '1.4' },
      },
    },
    components: {
      ActionIcon: ActionIcon.extend({ defaultProps: { variant: 'subtle', color: 'slate' } }),
      Notification: Notification.extend({ defaultProps: { closeButtonProps: { 'aria-label': close } } }),
      Button: Button.extend({ defaultProps: { size: 'sm' } }),
      Paper: Paper.extend({ defaultProps: { withBorder: true, radius: 'lg' } }),
      // The head of a dialog is not the head of the page.
      Modal: Modal.extend({
        defaultProps: {
          centered: true,
          radius: 'lg',
          overlayProps: { backgroundOpacity: 0.4 },
          attributes: { header: { role: 'presentation' } },
        },
      }),
      Drawer: Drawer.extend({
        defaultProps: {
          overlayProps: { backgroundOpacity: 0.35 },
          attributes: { header: { role: 'presentation' } },
        },
      }),
      Menu: Menu.extend({ defaultProps: { shadow: 'md', radius: 'md' } }),
      Tooltip: Tooltip.extend({
        defaultProps: { withArrow: true, openDelay: 300, fz: 'xs', events: { hover: true, focus: true, touch: true } },
      }),
    },
  });

// Names for what the styles of the console mean, so that each colour is decided once.
export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#ffffff',
    '--mantine-color-text': '#171c26',
    '--mantine-color-dimmed': '#5a6477',
    '--mantine-color-default-border': '#e3e6ec',
    '--mantine-color-placeholder': '#6b7485',
    '--mantine-color-error': '#ab2619',
    '--merit-ground': '#f7f8fa',
    '--merit-surface': '#ffffff',
    '--merit-raised': '#ffffff',
    '--merit-hover': '#f1f3f6',
    '--merit-line': '#e3e6ec',
    '--merit-line-soft': '#eef0f4',
    '--merit-accent': '#2f5bd7',
    '--merit-accent-text': '#264dbd',
    '--merit-accent-soft': '#eef3ff',
    '--merit-good': '#12703f',
    '--merit-good-soft': '#e3f4ea',
    '--merit-warn': '#805300',
    '--merit-warn-soft': '#fcf0d4',
    '--merit-bad': '#ab2619',
    '--merit-bad-soft': '#fdebe8',
    '--merit-plain': '#4d576a',
    '--merit-plain-soft': '#eef0f4',
    '--merit-before': '#a9b2c1',
    '--merit-flow-3': '#7c5cd6',
    '--merit-flow-4': '#1d8a8f',
    '--merit-flow-5': '#c2527f',
    '--merit-shadow': '0 1px 2px rgb(20 28 46 / 5%)',
  },
  dark: {
    '--mantine-color-body': '#13161e',
    '--mantine-color-text': '#e6e9ef',
    '--mantine-color-dimmed': '#98a1b1',
    '--mantine-color-default-border': '#2b313d',
    '--mantine-color-placeholder': '#8791a2',
    '--mantine-color-error': '#ff9d94',
    '--merit-ground': '#0d1017',
    '--merit-surface': '#13161e',
    '--merit-raised': '#191d27',
    '--merit-hover': '#1c212c',
    '--merit-line': '#262c38',
    '--merit-line-soft': '#1e232d',
    '--merit-accent': '#5b84f1',
    '--merit-accent-text': '#90adf3',
    '--merit-accent-soft': '#1b2747',
    '--merit-good': '#7ed6a4',
    '--merit-good-soft': '#12301f',
    '--merit-warn': '#f0c674',
    '--merit-warn-soft': '#352910',
    '--merit-bad': '#ff9d94',
    '--merit-bad-soft': '#3f1d1a',
    '--merit-plain': '#b6bdca',
    '--merit-plain-soft': '#222733',
    '--merit-before': '#5a6477',
    '--merit-flow-3': '#a68bf0',
    '--merit-flow-4': '#5cc2c6',
    '--merit-flow-5': '#e58bb0',
    '--merit-shadow': 'none',
  },
});
