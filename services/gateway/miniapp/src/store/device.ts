/** Whether the browser can keep the app itself, so that it opens without a network: Telegram on iPhones cannot. */
export const staysOnDevice = 'serviceWorker' in navigator;
