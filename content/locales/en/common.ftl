cancel = Cancel
