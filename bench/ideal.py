"""The limit that this computer sets: a claim, the same HTTP call and two commits per post, in plain threads and SQL."""

import multiprocessing
import threading
import time

import psycopg2
import requests

CLAIM = """
UPDATE bench_post SET status = 'preparing' WHERE id IN (
    SELECT id FROM bench_post WHERE status = 'scheduled' ORDER BY id LIMIT 8 FOR UPDATE SKIP LOCKED) RETURNING id, text
"""


def posts_a_second(database_url: str, port: int, count: int, processes: int, threads: int) -> float:
    """How many posts a second the bare work allows, in as many processes and threads as the workers have."""
    link = psycopg2.connect(database_url)
    link.autocommit = True
    with link.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_post")
        cursor.execute("CREATE TABLE bench_post (id serial PRIMARY KEY, status text, text text, remote_id text)")
        cursor.execute(
            "INSERT INTO bench_post (status, text) SELECT 'scheduled', 'Ice' || n FROM generate_series(1, %s) n", [count]
        )
        cursor.execute("CREATE INDEX ON bench_post (id) WHERE status = 'scheduled'")
    context = multiprocessing.get_context("spawn")
    begin = context.Barrier(processes + 1)
    workers = [context.Process(target=_process, args=(database_url, port, threads, begin)) for _ in range(processes)]
    for worker in workers:
        worker.start()
    begin.wait()
    started = time.monotonic()
    for worker in workers:
        worker.join()
    return count / (time.monotonic() - started)


def _process(database_url: str, port: int, threads: int, begin: threading.Barrier) -> None:
    ready = threading.Barrier(threads + 1)
    crew = [threading.Thread(target=_thread, args=(database_url, port, ready)) for _ in range(threads)]
    for one in crew:
        one.start()
    begin.wait()
    ready.wait()
    for one in crew:
        one.join()


def _thread(database_url: str, port: int, ready: threading.Barrier) -> None:
    link, http, address = psycopg2.connect(database_url), requests.Session(), f"http://127.0.0.1:{port}/x/2/tweets"
    link.autocommit = True
    cursor = link.cursor()
    ready.wait()
    while True:
        cursor.execute(CLAIM)
        rows = cursor.fetchall()
        if not rows:
            return
        for pk, text in rows:
            cursor.execute("UPDATE bench_post SET status = 'sending' WHERE id = %s AND status = 'preparing'", [pk])
            remote_id = http.post(address, json={"text": text}, timeout=30).json()["data"]["id"]
            cursor.execute("UPDATE bench_post SET status = 'published', remote_id = %s WHERE id = %s", [remote_id, pk])
