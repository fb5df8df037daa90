"""Five queueing models in SimPy and in Ciw: the mean of a time over replications, and its standard error, as JSON.

Usage: python queues.py simpy|ciw MODEL REPLICATIONS WARM_UP WINDOW
The inputs of the models are those of scenarios/theory (many_servers: mmc, urgent/normal: priority, network: tandem,
impatient: erlang_a, irregular: mg1_weibull). Both libraries are MIT-licensed and run as separate programs.
"""

import json
import math
import random
import statistics
import sys

WEIBULL = 1.107732167432472  # mean 1 for shape 1.5


def simpy_run(model, seed, warm_up, window):
    import simpy

    rng = random.Random(seed)
    env = simpy.Environment()
    end = warm_up + window
    values = []

    def note(start, value):
        if warm_up <= start < end:
            values.append(value)

    def arrivals(rate, visit):
        while True:
            yield env.timeout(rng.expovariate(rate))
            env.process(visit(env.now))

    def wait_for(resource, service, **request):
        def visit(start):
            with resource.request(**request) as claim:
                yield claim
                note(start, env.now - start)
                yield env.timeout(service())
        return visit

    if model == "many_servers":
        env.process(arrivals(8.0, wait_for(simpy.Resource(env, 10), lambda: rng.expovariate(1.0))))
    elif model == "irregular":
        service = lambda: rng.weibullvariate(WEIBULL, 1.5)
        env.process(arrivals(0.8, wait_for(simpy.Resource(env, 1), service)))
    elif model in ("urgent", "normal"):
        server = simpy.PriorityResource(env, 1)

        def visit(priority, counts):
            def visit(start):
                with server.request(priority=priority) as claim:
                    yield claim
                    if counts:
                        note(start, env.now - start)
                    yield env.timeout(rng.expovariate(1.0))
            return visit

        env.process(arrivals(0.3, visit(0, model == "urgent")))
        env.process(arrivals(0.5, visit(1, model == "normal")))
    elif model == "network":
        first, second = simpy.Resource(env, 1), simpy.Resource(env, 1)

        def visit(start):
            again = True
            while again:
                for server, mean in ((first, 1.0), (second, 1.2)):
                    with server.request() as claim:
                        yield claim
                        yield env.timeout(rng.expovariate(1.0 / mean))
                again = rng.random() < 0.2
            note(start, env.now - start)

        env.process(arrivals(0.5, visit))
    elif model == "impatient":
        server = simpy.Resource(env, 10)

        def visit(start):
            with server.request() as claim:
                came = yield claim | env.timeout(rng.expovariate(0.5))
                note(start, env.now - start)
                if claim in came:
                    yield env.timeout(rng.expovariate(1.0))

        env.process(arrivals(10.0, visit))
    env.run(until=end + 300.0)
    return statistics.fmean(values)


def ciw_run(model, seed, warm_up, window):
    import ciw

    exp = ciw.dists.Exponential
    end = warm_up + window
    if model == "many_servers":
        net = ciw.create_network(
            arrival_distributions=[exp(8.0)], service_distributions=[exp(1.0)], number_of_servers=[10])
    elif model == "irregular":
        # (Ciw's Weibull has its scale first.)
        net = ciw.create_network(
            arrival_distributions=[exp(0.8)], service_distributions=[ciw.dists.Weibull(WEIBULL, 1.5)],
            number_of_servers=[1])
    elif model in ("urgent", "normal"):
        net = ciw.create_network(
            arrival_distributions={"urgent": [exp(0.3)], "normal": [exp(0.5)]},
            service_distributions={"urgent": [exp(1.0)], "normal": [exp(1.0)]},
            priority_classes={"urgent": 0, "normal": 1}, number_of_servers=[1])
    elif model == "network":
        net = ciw.create_network(
            arrival_distributions=[exp(0.5), None], service_distributions=[exp(1.0), exp(1.0 / 1.2)],
            routing=[[0.0, 1.0], [0.2, 0.0]], number_of_servers=[1, 1])
    elif model == "impatient":
        net = ciw.create_network(
            arrival_distributions=[exp(10.0)], service_distributions=[exp(1.0)],
            reneging_time_distributions=[exp(0.5)], number_of_servers=[10])
    ciw.seed(seed)
    simulation = ciw.Simulation(net)
    simulation.simulate_until_max_time(end + 300.0)
    records = simulation.get_all_records()
    if model == "network":
        starts, ends = {}, {}
        for r in records:
            starts[r.id_number] = min(starts.get(r.id_number, math.inf), r.arrival_date)
            ends[r.id_number] = max(ends.get(r.id_number, 0.0), r.exit_date)
        times = [ends[i] - starts[i] for i in starts if warm_up <= starts[i] < end]
        return statistics.fmean(times)
    counts = lambda r: model not in ("urgent", "normal") or r.customer_class == model
    waits = [
        (r.exit_date if r.record_type == "renege" else r.service_start_date) - r.arrival_date
        for r in records if warm_up <= r.arrival_date < end and counts(r)
    ]
    return statistics.fmean(waits)


if __name__ == "__main__":
    library, model, n, warm_up, window = sys.argv[1], sys.argv[2], int(sys.argv[3]), *map(float, sys.argv[4:6])
    run = {"simpy": simpy_run, "ciw": ciw_run}[library]
    means = [run(model, 1000 + i, warm_up, window) for i in range(n)]
    print(json.dumps({"mean": statistics.fmean(means), "se": statistics.stdev(means) / math.sqrt(n)}))
