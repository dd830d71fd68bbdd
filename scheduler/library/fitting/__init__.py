"""Files brought into a network's limits: what must change (plan), pictures by Pillow, videos by ffmpeg. Knows no Django."""
