package engines

func openClickHouse() (Engine, error) { return nil, ErrAbsent }
