"""What large images and many queries take: seconds and peak memory, each case in a process."""
