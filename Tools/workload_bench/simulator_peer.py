"""Queues in SimPy and Ciw: CPU seconds a case, and mean waits, as lines of JSON.

Run by Tools/workload_bench/simulator.py with a Python that has simpy and ciw. Usage:
simulator_peer.py CASES
"""

import json
import random
import sys
import time

import ciw
import simpy


def simpy_queue(cases, rates, services, servers):
    """Waits by class in SimPy: one process a case, the lower class first."""
    draw = random.Random(1)
    environment = simpy.Environment()
    resource = simpy.PriorityResource(environment, capacity=servers)
    waits = [[] for _ in rates]
    left = [0]
    done = environment.event()

    def case(k):
        arrived = environment.now
        with resource.request(priority=k) as request:
            yield request
            waits[k].append(environment.now - arrived)
            yield environment.timeout(draw.expovariate(services[k]))
        left[0] += 1
        if left[0] == cases:
            done.succeed()

    def arrivals(k):
        while True:
            yield environment.timeout(draw.expovariate(rates[k]))
            environment.process(case(k))

    for k in range(len(rates)):
        environment.process(arrivals(k))
    environment.run(until=done)
    return waits


def simpy_single(cases, rate, service, servers):
    """Waits in SimPy with a plain resource, which is faster than one with priorities."""
    draw = random.Random(1)
    environment = simpy.Environment()
    resource = simpy.Resource(environment, capacity=servers)
    waits = []
    left = [0]
    done = environment.event()

    def case():
        arrived = environment.now
        with resource.request() as request:
            yield request
            waits.append(environment.now - arrived)
            yield environment.timeout(draw.expovariate(service))
        left[0] += 1
        if left[0] == cases:
            done.succeed()

    def arrivals():
        while True:
            yield environment.timeout(draw.expovariate(rate))
            environment.process(case())

    environment.process(arrivals())
    environment.run(until=done)
    return [waits]


def ciw_queue(cases, rates, services, servers):
    """Waits by class in Ciw."""
    ciw.seed(1)
    names = [f"Class {k}" for k in range(len(rates))]
    network = ciw.create_network(
        arrival_distributions={n: [ciw.dists.Exponential(r)] for n, r in zip(names, rates)},
        service_distributions={n: [ciw.dists.Exponential(s)] for n, s in zip(names, services)},
        number_of_servers=[servers],
        priority_classes={n: k for k, n in enumerate(names)},
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_customers(cases, method="Finish")
    records = simulation.get_all_records()
    return [[r.waiting_time for r in records if r.customer_class == n] for n in names]


def main():
    cases = int(sys.argv[1])
    models = [
        ("M/M/20, ρ = 0.95", (19.0,), (1.0,), 20),
        ("two classes, priority", (1.6, 0.2), (4.0, 0.5), 1),
    ]
    for name, rates, services, servers in models:
        for peer in ("SimPy", "Ciw"):
            start = time.process_time()
            if peer == "Ciw":
                waits = ciw_queue(cases, rates, services, servers)
            elif len(rates) == 1:
                waits = simpy_single(cases, rates[0], services[0], servers)
            else:
                waits = simpy_queue(cases, rates, services, servers)
            seconds = time.process_time() - start
            version = simpy.__version__ if peer == "SimPy" else ciw.__version__
            print(json.dumps({
                "model": name, "peer": f"{peer} {version}", "nanoseconds": 1e9 * seconds / cases,
                "waits": [sum(w) / max(1, len(w)) for w in waits],
            }, ensure_ascii=False), flush=True)


main()
