/** A short result of one's own action, shown by the Toaster; the code that draws it comes when first needed. */
export const toast = {
  success: (text: string): void => void import('sonner').then((sonner) => sonner.toast.success(text)),
  error: (text: string): void => void import('sonner').then((sonner) => sonner.toast.error(text)),
};
