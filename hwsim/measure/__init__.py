"""What exploration and study measure with: trained memories, recalls, rows, worker processes."""
